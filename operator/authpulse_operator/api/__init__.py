"""The custom resources as types: spec, status, conditions, reasons; and the definitions and pages made from them."""
