"""The pages that ask: an overview of every answer, a page for each group of questions."""
