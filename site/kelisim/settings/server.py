"""Processes, ports, addresses, databases, jobs."""

from dataclasses import dataclass

from kelisim.settings.entry import setting


@dataclass(frozen=True, kw_only=True)
class ServerSettings:
    """The server."""

    role: str = setting(
        "all",
        "all: site and desk in one process. public: the site alone, without a key that opens. operator: the desk.",
    )
    desk_address: str = setting(
        "", "Origin of the desk where role is operator. Empty: https://localhost:<https_port> of that process."
    )
    https_port: int = setting(8443, "Port of the HTTPS server.", least=1, most=65535)
    http_port: int = setting(8080, "Port of the plain-HTTP listener that only redirects.", least=1, most=65535)
    bind: str = setting("127.0.0.1", "Address both listeners bind to. 0.0.0.0 or :: opens them to the network.")
    workers: int = setting(1, "Worker processes.", least=1, most=64)
    threads: int = setting(512, "Threads per worker: how many slow forms it can wait for at once.", least=4, most=4096)
    certificate: str = setting("", "PEM file with the certificate chain. Empty in a trial: a local one is made.")
    certificate_key: str = setting("", "PEM file with the certificate's private key.")
    trusted_proxies: int = setting(
        0, "How many reverse proxies stand in front. 0: X-Forwarded-* from anyone is ignored.", least=0, most=5
    )
    database_url: str = setting(
        "", "postgresql+psycopg://user@host/name or sqlite:////path. Empty: the SQLite file instance/kelisim.sqlite3."
    )
    database_wait_seconds: int = setting(
        15, "How long a write waits for the database before the person is told it is away.", least=1, most=120
    )
    replica_url: str = setting(
        "",
        "A PostgreSQL that follows database_url: the desk's lists and statistics are read there. Empty: there is none.",
    )
    security_contact: str = setting(
        "", "Where to report a weakness, mailto: or https:, for security.txt; empty: there is none."
    )
    run_jobs: bool = setting(True, "Does this start also run the background worker with its jobs?")
    job_term_minutes: int = setting(
        10,
        "A process that runs a job holds it this long and prolongs it; after a crash another takes it then.",
        least=1,
        most=120,
    )
    job_most_minutes: int = setting(
        120, "A job that runs longer than this hangs: its worker is started anew.", least=5, most=1440
    )
    tidy_minutes: int = setting(
        60, "How often ended sessions, unused links and forgotten sign-in tries are deleted.", least=1, most=1440
    )
    sweep_minutes: int = setting(
        60, "How often what was destroyed is taken out of the database's files (VACUUM, log).", least=5, most=1440
    )
    worker_late_minutes: int = setting(
        30, "/readyz says no when no job ran for so long; 0: it does not ask.", least=0, most=1440
    )
    free_disk_megabytes: int = setting(
        200, "/readyz says no with less free disk where the instance is, in megabytes.", least=0, most=1_000_000
    )
    certificate_days_left: int = setting(
        1, "/readyz says no when the certificate has fewer days left.", least=0, most=60
    )
    drain_seconds: int = setting(
        0, "At a stop /readyz says no for so long before the server ends, for a balancer to notice.", least=0, most=120
    )
    metrics_port: int = setting(
        0,
        "Port of the metrics (Prometheus) at 127.0.0.1, a further one for each further worker; 0: there are none.",
        least=0,
        most=65_535,
    )
    log_format: str = setting("json", "Lines of the log on standard error: json, or text for a person's eye.")
    acme_folder: str = setting(
        "", "certbot's webroot: challenges in it are answered on http_port. Empty: there are none."
    )
    redis_url: str = setting("", "redis://host:6379/0 makes several workers or hosts count limits together.")
    hsts_seconds: int = setting(
        31_536_000, "How long browsers insist on HTTPS; a year is the least that counts.", least=31_536_000
    )
    hsts_include_subdomains: bool = setting(True, "Does HTTPS-only also bind the subdomains of the address?")
