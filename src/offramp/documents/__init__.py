"""One content tree to HTML, PDF and charts. Knows no subject; asks no network."""
