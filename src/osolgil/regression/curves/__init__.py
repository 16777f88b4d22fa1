"""Curves of any form, and any residuals, by least squares."""
