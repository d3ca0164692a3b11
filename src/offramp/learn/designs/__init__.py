"""One study design a file, all of one shape: a table and a plan in, a `Fitted` out."""
