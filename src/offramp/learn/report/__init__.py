"""Reports of the learn room as files: HTML, PDF, XLSX, CSV."""
