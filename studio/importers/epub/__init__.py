from studio.importers.epub.importer import EpubImporter

__all__ = ["EpubImporter"]
