"""What one agency sees before the meeting: its page, what it is asked for, the letter with both.

The report's lines come from the rooms beside; nothing here decides what stands in the report.
"""
