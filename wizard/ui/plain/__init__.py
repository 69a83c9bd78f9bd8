"""The guided set-up in plain lines: for a screen reader, a dumb terminal, or by choice.

Nothing is drawn over, nothing spins, no meaning is in a colour. What is asked, checked and offered
is the same as in full screen; what both share is in `wizard.ui.common`.
"""
