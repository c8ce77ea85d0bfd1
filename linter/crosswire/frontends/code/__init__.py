"""Code of any language: lowered to one small tree (`syntax.py`), then followed from the handler (`evaluate.py`)."""
