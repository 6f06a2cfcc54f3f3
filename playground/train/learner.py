"""What learns: a module with its optimiser, moving average and place in the run; one step, and all of it as tensors."""

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from playground.train.engine import Engine
from playground.train.optim import learning_rate, make_optimizer
from playground.train_config import OptimConfig, Precision


class Learner:
    """A module and everything that a resumed run needs of it.

    ``module`` maps a batch and the number of the step to losses by name, of which ``total`` is minimised; ``model`` is
    the part of it that is kept in the end and averaged on the way. ``step`` counts the steps done. Random numbers
    inside a step (DropPath) come from torch's global generator, which is seeded by ``seed``, the step and the process
    at its start: no generator's state has to be kept for an exact resume.
    """

    def __init__(
        self,
        module: nn.Module,
        model: nn.Module,
        config: OptimConfig,
        engine: Engine,
        *,
        seed: int = 0,
        precision: Precision = "float32",
        compiled: bool = False,
    ) -> None:
        self.module, self.model, self.step = module.train(), model, 0
        self.config, self.engine, self.seed = config, engine, seed
        self.optimizer = make_optimizer(module, config)
        numbers = numbers_for(precision, engine.device)
        self._scaler = torch.amp.GradScaler(engine.device.type, enabled=numbers == torch.float16)
        self._cast = None if numbers == torch.float32 else numbers
        self._average = _average(model, config.ema) if config.ema else None
        if compiled:
            module.compile()
        self._call = engine.share(module)

    @property
    def rate(self) -> float:
        """Learning rate of the next step."""
        return learning_rate(self.step, self.config)

    def averaged(self) -> nn.Module:
        """The model to save and to validate: the moving average where there is one."""
        return self.model if self._average is None else self._average.module

    def advance(self, parts: Sequence[Any]) -> dict[str, Tensor]:
        """One optimiser step on the mean gradient of ``parts``; returns the detached mean losses of this process."""
        torch.manual_seed(int(np.random.SeedSequence([self.seed, self.step, self.engine.rank]).generate_state(1)[0]))
        for group in self.optimizer.param_groups:
            group["lr"] = self.rate * group["scale"]
        self.optimizer.zero_grad()
        sums: dict[str, Tensor] = {}
        for i, batch in enumerate(parts):
            last = i + 1 == len(parts)
            with nullcontext() if last else getattr(self._call, "no_sync", nullcontext)():
                losses = self._losses(batch)
                self._scaler.scale(losses["total"] / len(parts)).backward()  # type: ignore[no-untyped-call]
            for name, loss in losses.items():
                sums[name] = sums.get(name, 0) + loss.detach() / len(parts)
        self._scaler.unscale_(self.optimizer)
        norm = nn.utils.clip_grad_norm_(self.module.parameters(), self.config.grad_clip)
        if not self._scaler.is_enabled():  # there, a step with infinite gradients is part of the search for a scale
            sums["grad_norm"] = norm
        self._scaler.step(self.optimizer)
        self._scaler.update()
        if self._average is not None:
            self._average.update_parameters(self.model)
        self.step += 1
        return sums

    def _losses(self, batch: Any) -> dict[str, Tensor]:
        with torch.autocast(self.engine.device.type, self._cast, enabled=self._cast is not None):
            return self._call(batch, self.step)

    def tensors(self) -> dict[str, Tensor]:
        """All of the state by name: module, average, optimiser, and the gradient scale where it is used."""
        return dict(self._named())

    def _named(self) -> Iterator[tuple[str, Tensor]]:
        for name, value in self.module.state_dict().items():
            yield f"module/{name}", value
        if self._average is not None:
            for name, value in self._average.state_dict().items():
                yield f"average/{name}", value
        for index, entries in self.optimizer.state_dict()["state"].items():
            for name, value in entries.items():
                yield f"optimizer/{index}/{name}", value
        for name, value in self._scaler.state_dict().items():
            yield f"scaler/{name}", torch.tensor(value, dtype=torch.float64)

    def load(self, tensors: dict[str, Tensor], step: int) -> None:
        """Go on from what `tensors` gave after ``step`` steps. Raises ``ValueError`` when it does not fit."""
        parts: dict[str, dict[str, Tensor]] = {}
        for name, value in tensors.items():
            part, _, rest = name.partition("/")
            parts.setdefault(part, {})[rest] = value
        try:
            self.module.load_state_dict(parts["module"])
            if self._average is not None:
                self._average.load_state_dict(parts["average"])
        except (KeyError, RuntimeError) as error:
            raise ValueError(
                "resume: the checkpoint is of another network than this run's; start a new run."
            ) from error
        entries: dict[int, dict[str, Tensor]] = {}
        for name, value in parts.get("optimizer", {}).items():
            index, _, field = name.partition("/")
            entries.setdefault(int(index), {})[field] = value
        self.optimizer.load_state_dict({**self.optimizer.state_dict(), "state": entries})
        if scale := parts.get("scaler"):
            kept = self._scaler.state_dict()
            self._scaler.load_state_dict({name: type(kept[name])(value.item()) for name, value in scale.items()})
        self.step = step


def numbers_for(precision: Precision, device: torch.device) -> torch.dtype:
    """The number type of matrix products. On a CPU without AMX bfloat16 takes twice as long as float32 does."""
    if precision == "auto":
        units = torch.cpu._is_amx_tile_supported() if device.type == "cpu" else device.type == "cuda"
        precision = "bfloat16" if units else "float32"
    return cast(torch.dtype, getattr(torch, precision))


def _average(model: nn.Module, decay: float) -> AveragedModel:
    return AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(decay), use_buffers=True)  # type: ignore[no-untyped-call]
