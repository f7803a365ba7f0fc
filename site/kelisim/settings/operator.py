"""Who processes the data, and what the site looks like."""

from dataclasses import dataclass

from kelisim.domain.colours import DARK, LIGHT
from kelisim.settings.entry import setting


@dataclass(frozen=True, kw_only=True)
class OperatorSettings:
    """The Operator and the face of the site."""

    trial: bool = setting(
        True, "A trial runs at once on this machine. false demands a real certificate, e-mail and address."
    )
    operator_name: str = setting("Private Company Artsofte.KZ Limited", "Who processes the data: the Operator.")
    operator_name_ru: str = setting("Частная компания Artsofte.KZ Limited", "The same in Russian; empty: as above.")
    operator_name_kk: str = setting("Artsofte.KZ Limited жеке компаниясы", "The same in Kazakh; empty: as above.")
    operator_bin: str = setting("220540900218", "The Operator's BIN, 12 digits; the check digit is verified.")
    operator_address: str = setting(
        "Kazakhstan, Astana, Yessil district, Kerey Street, Zhanibek Khandar, building 18, apt. 1, Z05K4F8",
        "Postal address with the postal code: letters of withdrawal arrive here.",
    )
    operator_address_ru: str = setting(
        "Казахстан, г. Астана, район Есиль, улица Керей, Жанибек хандар, дом 18, кв. 1, Z05K4F8",
        "The same in Russian; empty: as above.",
    )
    operator_address_kk: str = setting(
        "Қазақстан, Астана қ., Есіл ауданы, Керей, Жәнібек хандар көшесі, 18-үй, 1-пәтер, Z05K4F8",
        "The same in Kazakh; empty: as above.",
    )
    operator_email: str = setting(
        "consent@example.com",
        "E-mail for withdrawals and requests. Empty, or an example outside of a trial: the form is closed.",
    )
    responsible_person: str = setting(
        "", "Who answers for the processing of personal data. Empty: the head of the Operator."
    )
    site_name: str = setting("Kelisim", "The name of the site, shown on each page.")
    mark: str = setting("", "SVG or PNG file with the Operator's mark, up to 16 KB. Empty: the mark of Kelisim.")
    accent: str = setting(LIGHT.accent, "Colour of links and buttons on a light page, as #rrggbb; it must be readable.")
    accent_dark: str = setting(DARK.accent, "The same on a dark page.")
    site_address: str = setting(
        "",
        "Public origin, such as https://consent.example.kz; the policy is at /policy there. Empty: "
        "https://localhost:<https_port>, and outside of a trial the form is closed.",
    )
    cross_border: bool = setting(
        False, "Do personal data leave Kazakhstan but for a foreign recipient of the register (Art. 8(4)(5))?"
    )
    public_sources: bool = setting(False, "Are personal data published in open sources (Art. 8(4)(6))?")
