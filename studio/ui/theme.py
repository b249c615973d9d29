"""The look: Gradio's variables set for a calm page, readable in light and dark (WCAG 2.2 AA contrast), system fonts."""

import gradio as gr

_SANS = ("ui-sans-serif", "system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif")
_MONO = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace")


def make_theme() -> gr.themes.Base:
    """Make the theme; `assets/studio.css` builds on its variables."""
    return gr.themes.Base(primary_hue="teal", neutral_hue="stone", radius_size="md", font=_SANS, font_mono=_MONO).set(
        body_background_fill="*neutral_50",
        body_background_fill_dark="*neutral_950",
        body_text_color_subdued="*neutral_600",
        body_text_color_subdued_dark="*neutral_400",
        block_background_fill="white",
        block_background_fill_dark="*neutral_900",
        block_label_text_color="*neutral_700",
        block_label_text_color_dark="*neutral_300",
        block_info_text_color="*neutral_600",
        block_info_text_color_dark="*neutral_400",
        block_title_text_weight="600",
        button_primary_background_fill="*primary_800",
        button_primary_background_fill_dark="*primary_700",
        button_primary_background_fill_hover="*primary_900",
        button_primary_background_fill_hover_dark="*primary_800",
        button_primary_text_color="white",
        button_primary_text_color_dark="white",
        input_placeholder_color="*neutral_600",
        input_placeholder_color_dark="*neutral_400",
        slider_color="*primary_700",
        slider_color_dark="*primary_400",
        checkbox_background_color_selected="*primary_700",
        checkbox_background_color_selected_dark="*primary_600",
        checkbox_border_color="*neutral_500",
        checkbox_border_color_dark="*neutral_500",
    )
