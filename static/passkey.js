"use strict";

// Passkeys: signing in with one, making one. Where a browser has none, everything here stays hidden and codes do as before.
{
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const text = (buffer) => btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(""))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
  // What is bytes for the device is base64url for the site.
  const asked = (options) => {
    const publicKey = { ...options, challenge: bytes(options.challenge) };
    if (options.user) publicKey.user = { ...options.user, id: bytes(options.user.id) };
    for (const list of ["excludeCredentials", "allowCredentials"]) {
      if (options[list]) publicKey[list] = options[list].map((one) => ({ ...one, id: bytes(one.id) }));
    }
    return { publicKey };
  };
  const answered = ({ id, rawId, type, response }) => {
    const said = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (response[name]) said[name] = text(response[name]);
    }
    if (response.getTransports) said.transports = response.getTransports();
    return JSON.stringify({ id, rawId: text(rawId), type, response: said });
  };
  const challenge = async (address) => {
    let reply;
    try { reply = await fetch(address); } catch { /* the same as an answer that is none */ }
    if (!reply?.ok) throw new DOMException("", "NetworkError");
    return reply.json();
  };
  // `one` is a form that a passkey alone fills in, or a place in a form that asks for both factors.
  const run = async (one, form) => {
    const add = (name, value) =>
      form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    if (one.dataset.makes) {
      add("answer", answered(await navigator.credentials.create(asked(JSON.parse(one.dataset.makes)))));
      return form.submit();
    }
    const { token, options } = await challenge(one.dataset.shows);
    const answer = answered(await navigator.credentials.get(asked(options)));
    const alone = one === form;
    add(alone ? "token" : "passkey_token", token);
    add(alone ? "answer" : "passkey_answer", answer);
    if (alone) return form.submit();
    // What the form does is said by its own button alone: who confirms may still turn back.
    one.querySelector("button").hidden = true;
    one.querySelector("[data-done]").hidden = false;
    form.querySelector("button:not([type])").focus();
  };
  const say = (one, name) => {
    const reasons = [...one.querySelectorAll("[data-why]")];
    const fits = reasons.find((reason) => reason.dataset.why.split(" ").includes(name)) ?? reasons.at(-1);
    for (const reason of reasons) reason.hidden = reason !== fits || name === undefined;
  };

  if (window.PublicKeyCredential && navigator.credentials) {
    for (const one of document.querySelectorAll("[data-passkeys]")) one.hidden = one.dataset.passkeys === "none";
    for (const one of document.querySelectorAll("[data-makes], [data-shows]")) {
      const button = one.querySelector("button");
      const form = one.closest("form");
      (one === form ? form : button).addEventListener(one === form ? "submit" : "click", async (event) => {
        event.preventDefault();
        if (button.ariaDisabled === "true") return;
        button.ariaDisabled = "true";
        say(one);
        try {
          await run(one, form);
        } catch (problem) {
          say(one, problem.name);
        }
        button.ariaDisabled = null;
      });
    }
  }
}
