"""`Backend` for a GPU: half precision, a frame's work recorded once as a CUDA graph, one transfer up and one down."""

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Float32
from torch import Tensor

from playground.model import Memory, MixFormer
from playground.model.attention import KeyValue
from playground.tracker import Answer
from playground.tracker.backend import in_passes

WARM = 3  # runs before the recording: libraries choose their kernels and take their memory in the first ones


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """A step for one number of targets and of remembered tokens: fill ``upload`` and ``memory``, call ``replay``, read
    ``answer``.

    ``upload`` ``(n, 3, s, s)`` float32 lies on the processor, page-locked where there is a GPU; ``memory`` is
    ``(blocks, 2 n, heads, tokens, d)``, keys and values in turn; ``answer`` is one row a target on the device: four
    edges of the box, the score where there is one, then the four distributions.
    """

    upload: Tensor
    memory: Tensor
    answer: Tensor
    replay: Callable[[], None]


class RecordedBackend:
    """A copy of a `MixFormer` in ``dtype`` on ``device``; the given model stays as it was.

    Launching some hundred small kernels takes a GPU's driver longer than the kernels take, so a CUDA device replays
    them as one graph, a graph a number of templates and of targets. On a processor the same steps run one by one, which
    is for tests.
    """

    def __init__(self, model: MixFormer, device: str = "cuda", dtype: torch.dtype = torch.float16) -> None:
        self.device = torch.device(device)
        self.dtype = dtype
        self.model = deepcopy(model).eval().to(self.device, dtype)
        self.template_size = model.config.template_size
        self.search_size = model.config.search_size
        self._scored = model.config.score_head
        self._recordings: dict[tuple[int, ...], Recording] = {}

    @torch.inference_mode()
    def encode(self, templates: Float32[np.ndarray, "k 3 t t"]) -> Float[Tensor, "blocks 2 heads tokens d"]:
        blocks = self.model.encode(torch.from_numpy(templates)[None].to(self.device, self.dtype)).blocks
        return torch.stack([torch.cat([known.keys, known.values]) for known in blocks])

    @torch.inference_mode()
    def locate(
        self, search: Float32[np.ndarray, "1 3 s s"], memory: Float[Tensor, "blocks 2 heads tokens d"]
    ) -> Answer:
        return self._answers(search, memory)[0]

    @torch.inference_mode()
    def locate_all(
        self, search: Float32[np.ndarray, "n 3 s s"], memories: Sequence[Float[Tensor, "blocks 2 heads _ d"]]
    ) -> list[Answer]:
        """One pass for all targets that remember equally many templates."""

        def run(places: list[int]) -> list[Answer]:
            return self._answers(search[places], torch.cat([memories[place] for place in places], dim=1))

        return in_passes([memory.shape[3] for memory in memories], run)

    def _answers(
        self, search: Float32[np.ndarray, "n 3 s s"], memory: Float[Tensor, "blocks pairs heads tokens d"]
    ) -> list[Answer]:
        shape = tuple(memory.shape)
        if shape not in self._recordings:
            self._recordings[shape] = self._record(memory)
        recording = self._recordings[shape]
        recording.upload.copy_(torch.from_numpy(search))
        recording.memory.copy_(memory)
        recording.replay()
        answers, rest = [], 4 + self._scored
        for values in recording.answer.cpu().numpy():  # the only wait of a frame
            x1, y1, x2, y2 = values[:4].tolist()
            score = float(values[4]) if self._scored else None
            answers.append(Answer((x1, y1, x2, y2), score, values[rest:].reshape(4, -1).copy()))
        return answers

    def _record(self, memory: Tensor) -> Recording:
        targets = memory.shape[1] // 2
        upload = torch.zeros(targets, 3, self.search_size, self.search_size, pin_memory=self.device.type == "cuda")
        arrived = torch.zeros_like(upload, device=self.device)
        kept = torch.zeros_like(memory)
        known = Memory(tuple(KeyValue(pairs[0::2], pairs[1::2]) for pairs in kept))

        def run() -> Tensor:
            arrived.copy_(upload, non_blocking=True)
            found = self.model.locate(arrived.to(self.dtype), known)
            scores = [] if found.score_logit is None else [found.score_logit.sigmoid()[:, None]]
            return torch.cat([part.float() for part in (found.box, *scores, found.edges.exp().flatten(1))], dim=1)

        if self.device.type == "cuda":
            return Recording(upload, kept, *_as_graph(run))
        answer = run()

        def again() -> None:
            answer.copy_(run())

        return Recording(upload, kept, answer, again)


def _as_graph(run: Callable[[], Tensor]) -> tuple[Tensor, Callable[[], None]]:
    """The tensor that ``run`` gives, and what makes the GPU do all of it again, into the same tensor."""
    side: torch.cuda.Stream = torch.cuda.Stream()  # type: ignore[no-untyped-call]
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(WARM):
            run()
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        answer = run()
    return answer, graph.replay
