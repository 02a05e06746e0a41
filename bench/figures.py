"""The figures the product must show, in order; each script in this folder measures some of them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One row to print: `script` is the module with `run(tier)`, or empty where nothing is built yet."""

    id: str
    name: str
    target: str
    script: str = ""


BENCH = (
    Figure("F1", "bytes over the wire to the first answerable question, compressed", "<= 25 KB", "f1_bytes"),
    Figure("F2", "first usable input, Slow 4G + CPU 4x", "<= 1.2 s", "f2_slow_4g"),
    Figure("F3", "first usable input, Slow 3G + CPU 4x", "<= 2.5 s", "f3_slow_3g"),
    Figure("F4", "offline cold start, CPU 4x", "<= 1.0 s median", "f4_offline_start"),
    Figure("F5", "tap -> durably saved, p95, CPU 6x", "<= 50 ms", "f5_saved"),
    Figure("F6", "upload for a full 6-person 360, gzip", "<= 10 KB", "f6_upload"),
    Figure("F7", "reconnect -> all sent, p95", "<= 5 s", "f7_reconnect"),
    Figure("F8", "durable sync on SQLite, sheets of 40 answers per second", ">= 0.6 x bound", "f8_sync"),
    Figure("F9", "durable sync on PostgreSQL, 2 workers", ">= 0.6 x bound"),
    Figure("F10", "closing morning: 1,000 phones x 8 sheets in 60 s", "0 lost, 0 doubled, 5xx 0"),
    Figure("F11", "import of 10,000 people, dry run + commit", "<= 20 s, <= 300 MiB"),
    Figure("F12", "HR and manager pages with 10,000 people", "p95 <= 100 ms"),
    Figure("F13", "idle memory; start to first reply", "<= 100 MiB; <= 2 s", "f13_idle"),
    Figure("F14", "scoring 100,000 ratees", "<= 10 s, <= 1 GiB"),
    Figure("F15", "close a 1,000-person cycle", "<= 20 s"),
    Figure("F16", "one person's report, warm", "<= 5 ms"),
    Figure("F17", "report workbook, 500 ratees", "<= 2.0 x XlsxWriter", "f17_workbook"),
    Figure("F18", "table export, 1M cells", "<= 2.0 x XlsxWriter; <= 150 MiB"),
    Figure("F19", "import of scoring", "<= 0.7 s", "f19_import"),
    Figure("F20", "installed size of the core; direct run-time parts", "<= 350 MB; <= 25", "f20_size"),
    Figure("F21", "HR: sign-in to launched clarity cycle", "<= 12 clicks, <= 5 new terms", "f21"),
)
PROVE = (
    Figure("N1", "simulated fault schedules of the sync model, 0 violations", "20,000 / 1,000,000", "n1_sim"),
    Figure(
        "N2", "kill -9 in sync, both databases: acknowledged lost, doubled", "60 / 2,000: 0, 0", "n2_kill"
    ),
    Figure("N3", "browser SIGKILL after saved shown: lost", "20 / 200: 0", "n3_browser_kill"),
    Figure("N4", "exhaustive attacker on small worlds: respondents pinned", "0 of all"),
    Figure("N5", "link attack on a closed cycle's files", "chance"),
    Figure("N6", "routes x principals of the authorisation matrix", "100 %", "n6_access"),
    Figure("N7", "API contract, failures and 5xx", "0"),
    Figure("N8", "bad inputs automated with their stated effect", "all, list printed", "n8_bad_inputs"),
    Figure("N9", "axe, CSP, console, foreign hosts", "0", "n9_pages"),
    Figure("N10", "95 % intervals cover; false flags per report", "93-97 %; <= 0.2"),
    Figure("N11", "published reference values reproduced", "all", "n11_reference"),
    Figure("N12", "insider attack on small worlds", "printed per n"),
    Figure("N13", "30 days offline, 10,000 answers, 20 restarts while draining", "0, 0, < 60 s", "drain"),
)
