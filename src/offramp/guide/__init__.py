"""What police can do besides arrest: the catalogue, made readable."""
