"""The person's own formae CLI: where it is, what it reads, and how its config learns of our agent.

Rules in this package come from formae's public behaviour (docs.formae.io and the CLI's own output
and files), version by version; `versions` names the version each one starts with.
"""
