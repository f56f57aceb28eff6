"""Upload fields that take what a visitor sends, and nothing that this machine would have to fetch for them."""

import gradio as gr


class OnlyUploads:
    """Mixed into Gradio's components: it offers to download an address that a caller puts in a file's place."""

    drawn_as = ""

    def get_block_name(self):
        """Gradio's own name for what the browser draws: these classes have nothing of their own to draw."""
        return self.drawn_as

    async def async_move_resource_to_block_cache(self, url_or_file_path):
        """The cached copy of an uploaded file; an address is refused."""
        if url_or_file_path is not None and "://" in str(url_or_file_path):
            raise gr.Error("Addresses are not fetched here; send the file itself.", print_exception=False)
        return await super().async_move_resource_to_block_cache(url_or_file_path)

    def _process_single_file(self, file):
        """The path; Gradio would leave an empty temporary file behind for every one."""
        return file.path


class Upload(OnlyUploads, gr.File):
    """A file of an endpoint."""

    drawn_as = "file"


class UploadField(OnlyUploads, gr.UploadButton):
    """The button that files are chosen with."""

    drawn_as = "uploadbutton"


__all__ = ["Upload", "UploadField"]
