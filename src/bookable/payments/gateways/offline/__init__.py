"""Money that no company moves for us: at the desk, by bank transfer, or played by a developer."""

from __future__ import annotations

from bookable.payments.gateways.offline.gateway import OfflineGateway
from bookable.payments.gateways.offline.modes import Mode

__all__ = ["Mode", "OfflineGateway"]
