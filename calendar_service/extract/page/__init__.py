"""First stage: the text of a document as blocks, lines and cells, and a shadow of it in which case and widths do not matter."""
