"""Worker environments, for the services above: only the steps of rendering know engines."""

from studio.engines.environments import Recipe, environment_python, find_recipe, install, recipes, remove

__all__ = ["Recipe", "environment_python", "find_recipe", "install", "recipes", "remove"]
