"""Kelisim: a Consent for processing of personal data whose every sentence code keeps true.

``kelisim.app.create_app(settings)`` builds the application, ``kelisim.settings.Settings`` is what it is built from.
They are not imported here: whoever needs the settings alone, as a start does, need not load the whole house.
"""
