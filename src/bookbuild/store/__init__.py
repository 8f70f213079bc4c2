"""Where editions are kept: files by digest, records that never change, approvals beside them."""
