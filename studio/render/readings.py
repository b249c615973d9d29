"""What the phonemizers say of single words; for services, which know no engine."""

from studio.engines.g2p.readings_of import Reading, is_known, readings

__all__ = ["Reading", "is_known", "readings"]
