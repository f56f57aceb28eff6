"""Upload fields that take what a visitor sends, and nothing that this machine would have to fetch for them."""

import gradio as gr


class OnlyUploads:
    """Mixed into Gradio's components: it offers to download an address that a caller puts in a file's place."""

    async def async_move_resource_to_block_cache(self, url_or_file_path):
        """The cached copy of an uploaded file; an address is refused."""
        if url_or_file_path is not None and "://" in str(url_or_file_path):
            raise gr.Error("Addresses are not fetched here; send the file itself.", print_exception=False)
        return await super().async_move_resource_to_block_cache(url_or_file_path)


class Upload(OnlyUploads, gr.File):
    """A file of an endpoint."""


class UploadField(OnlyUploads, gr.UploadButton):
    """The button that files are chosen with."""


__all__ = ["Upload", "UploadField"]
