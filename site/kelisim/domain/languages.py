"""The languages of the site: every page a visitor sees and every document is there in each of them."""

DEFAULT = "en"
LANGUAGES = ("kk", "ru", "en")
