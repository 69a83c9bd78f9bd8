"""What happens, told: events folded into lines, JSON lines and the log file."""
