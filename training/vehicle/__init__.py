"""What a vehicle looks like around its plate: color, kind, view (CAP-1, QRY-2)."""
