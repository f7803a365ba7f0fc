"""HTTP and nothing else: requests in, pages out."""
