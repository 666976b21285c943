"""What a document is as a whole: its own day, the calendar day of each date in it, sections that hold no news."""
