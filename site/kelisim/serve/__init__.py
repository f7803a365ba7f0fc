"""How the site starts and stays up: instance, certificate, ports, workers. It makes no rule about data."""
