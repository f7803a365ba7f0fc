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
  const run = async (form) => {
    const add = (name, value) =>
      form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    if (form.dataset.makes) {
      add("answer", answered(await navigator.credentials.create(asked(JSON.parse(form.dataset.makes)))));
    } else {
      const { token, options } = await challenge(form.dataset.shows);
      const answer = answered(await navigator.credentials.get(asked(options)));
      add("token", token);
      add("answer", answer);
    }
    form.submit();
  };
  const say = (form, name) => {
    const reasons = [...form.querySelectorAll("[data-why]")];
    const fits = reasons.find((one) => one.dataset.why.split(" ").includes(name)) ?? reasons.at(-1);
    for (const one of reasons) one.hidden = one !== fits || name === undefined;
  };

  if (window.PublicKeyCredential && navigator.credentials) {
    for (const one of document.querySelectorAll("[data-passkeys]")) one.hidden = one.dataset.passkeys === "none";
    for (const form of document.querySelectorAll("[data-makes], [data-shows]")) {
      const button = form.querySelector("button");
      form.addEventListener("submit", async (event) => {
        event.preventDefault();
        if (button.ariaDisabled === "true") return;
        button.ariaDisabled = "true";
        say(form);
        try {
          await run(form);
        } catch (problem) {
          say(form, problem.name);
        }
        button.ariaDisabled = null;
      });
    }
  }
}
