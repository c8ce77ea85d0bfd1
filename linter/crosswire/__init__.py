"""crosswire: finds the crossed wires of serverless AWS applications before they are deployed."""

__version__ = "0.1.0"
