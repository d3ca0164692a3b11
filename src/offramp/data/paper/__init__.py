"""The six questions to people who use drugs, on paper: PDF to print, Word file to change.

The words stand in `six_questions.toml`. A service or peers hand the sheet out, keep it and count
it; police are told totals, which come in with the reader `six-questions`.
"""
