"""The Gradio page: choose a clip, drag a box, watch it followed, compare, look inside, distil.

`serve.launch` serves it, `layout.build` makes it. What the rules of models and files need is free of Gradio.
"""
