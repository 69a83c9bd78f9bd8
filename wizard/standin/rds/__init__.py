"""Amazon RDS laid over moto's: engine versions, statuses over time, the Data API switch, events."""
