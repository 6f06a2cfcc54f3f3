"""A stop reaches the job whether it waits or runs, and never the next one."""

from playground.app.demo.stopping import StopSign


def test_a_running_job_finds_the_file(tmp_path):
    sign, file = StopSign(), tmp_path / "stop"
    with sign.over(file):
        assert not file.exists()
        sign.lift()
        assert file.exists()
    assert sign.file is None


def test_a_job_that_was_stopped_while_it_waited_ends_at_once(tmp_path):
    sign = StopSign()
    sign.lift()
    with sign.over(tmp_path / "stop"):
        assert (tmp_path / "stop").exists()


def test_the_next_job_is_not_stopped(tmp_path):
    sign = StopSign()
    sign.lift()
    sign.lower()
    with sign.over(tmp_path / "stop"):
        assert not (tmp_path / "stop").exists()


def test_a_stop_after_the_folder_went_leaves_nothing(tmp_path):
    folder = tmp_path / "job"
    folder.mkdir()
    sign = StopSign(file=folder / "stop")
    folder.rmdir()
    sign.lift()
    assert not folder.exists()
