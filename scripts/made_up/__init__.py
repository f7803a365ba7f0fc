"""The made-up people of the demo: who they are, what they did on the site, what the desk did about it."""
