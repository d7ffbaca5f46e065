"""Questions about tickets in SQL: filters, pages, counts, full text."""
