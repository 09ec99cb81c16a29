"""The directory: who the customer is, their contracts and lines, as imported from the ERP."""
