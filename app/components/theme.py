"""Gradio's theme with the page's colours, so that its own parts (menus, progress, file rows) match ours."""

import inspect

import gradio as gr

FONT = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "DejaVu Sans", "sans-serif")
MONO = ("ui-monospace", "SF Mono", "Menlo", "DejaVu Sans Mono", "monospace")

# (light, dark) of the variables in assets/css/tokens.css
COLOURS = {
    "body_background_fill": ("#f7f7f5", "#0f1115"),
    "background_fill_primary": ("#ffffff", "#171a20"),
    "background_fill_secondary": ("#f7f7f5", "#0f1115"),
    "block_background_fill": ("#ffffff", "#171a20"),
    "input_background_fill": ("#ffffff", "#171a20"),
    "body_text_color": ("#16181d", "#e9ebee"),
    "body_text_color_subdued": ("#5f6670", "#949ba6"),
    "block_label_text_color": ("#5f6670", "#949ba6"),
    "border_color_primary": ("#e2e3df", "#2a2f38"),
    "block_border_color": ("#e2e3df", "#2a2f38"),
    "input_border_color": ("#e2e3df", "#2a2f38"),
    "color_accent": ("#0b7a75", "#3cc4b8"),
    "color_accent_soft": ("#eef2f1", "#1c2528"),
    "border_color_accent": ("#0b7a75", "#3cc4b8"),
    "loader_color": ("#0b7a75", "#3cc4b8"),
    "slider_color": ("#0b7a75", "#3cc4b8"),
    "link_text_color": ("#0b7a75", "#3cc4b8"),
    "button_primary_background_fill": ("#0b7a75", "#3cc4b8"),
    "button_primary_background_fill_hover": ("#096862", "#58d3c8"),
    "button_primary_text_color": ("#ffffff", "#0c1a19"),
    "button_secondary_background_fill": ("#ffffff", "#171a20"),
    "button_secondary_background_fill_hover": ("#f1f2ef", "#1f242b"),
    "button_secondary_text_color": ("#16181d", "#e9ebee"),
    "button_secondary_border_color": ("#e2e3df", "#2a2f38"),
}

# some variables have no dark twin
KNOWN = frozenset(inspect.signature(gr.themes.Base.set).parameters)


def page_theme() -> gr.themes.Base:
    """The theme to pass to `launch(theme=…)`: local fonts only, nothing is fetched."""
    theme = gr.themes.Base(
        primary_hue="teal",
        neutral_hue="gray",
        radius_size="lg",
        text_size="sm",
        font=FONT,
        font_mono=MONO,
    )
    values = {name: pair[0] for name, pair in COLOURS.items()}
    dark = {f"{name}_dark": pair[1] for name, pair in COLOURS.items()}
    values |= {name: value for name, value in dark.items() if name in KNOWN}
    return theme.set(**values)
