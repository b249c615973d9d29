"""PDF with a text layer."""

from studio.importers.pdf.importer import PdfImporter

__all__ = ["PdfImporter"]
