"""The full-screen face of formae-wizard."""
