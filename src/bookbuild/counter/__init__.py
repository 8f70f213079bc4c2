"""The counter: the order desk over HTTP, as an API and as pages."""
