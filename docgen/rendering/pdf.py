""".docx → PDF by LibreOffice, many files a call."""
