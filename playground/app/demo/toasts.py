"""Failures as a visitor meets them: a sentence for what is wrong with the input, no traceback for the rest."""

import errno
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import gradio as gr

from playground.app.demo import limits

logger = logging.getLogger(__name__)

# A browser shows the sentence as HTML and Markdown, a program as it is: so no escapes, but letters that are no markup.
AS_TEXT = str.maketrans({"<": "‹", ">": "›", "[": "(", "]": ")"})

# PyTorch on a processor, OpenCV, ONNX Runtime.
NO_MEMORY = ("can't allocate memory", "insufficient memory", "failed to allocate memory")


@contextmanager
def toasts() -> Iterator[None]:
    """Show a ``ValueError``'s sentence to the visitor; log anything else and say so, without a traceback.

    Of the rest a visitor is told no more than that memory or disk ran out.
    """
    try:
        yield
    except gr.Error:
        raise
    except ValueError as error:
        raise gr.Error(str(error).translate(AS_TEXT), print_exception=False) from error
    except Exception as error:
        if _is_memory(error):
            logger.exception("a job ran out of memory")
            words = "This job needs more memory than the server has; choose fewer targets, a smaller frame or model."
            raise gr.Error(words, print_exception=False) from error
        logger.exception("the page could not do what was asked")
        full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        words = limits.DISK_FULL if full else "Something went wrong on the server; its log says what."
        raise gr.Error(words, print_exception=False) from error


def _is_memory(error: Exception) -> bool:
    # PyTorch is not imported for this: what never ran cannot have failed. It may also be there in part, while it loads.
    of_torch = getattr(sys.modules.get("torch"), "OutOfMemoryError", MemoryError)
    if isinstance(error, (MemoryError, of_torch)):
        return True
    # On a processor each library has an error of its own for it, which its words alone tell from others.
    return any(words in str(error).lower() for words in NO_MEMORY)
