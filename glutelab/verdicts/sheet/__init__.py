"""The claims sheet: one page, for the browser, for print, as text."""
