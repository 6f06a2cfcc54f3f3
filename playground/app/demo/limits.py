"""What the page takes from a visitor and keeps for one: numbers that are enforced, and the same in words."""

MAX_FILE_MB = 200
MAX_BODY_MB = 4  # a request without a file; a frame of a webcam has 0.1
MAX_SECONDS = 180
MAX_CLIP_FRAMES = 43_200  # as long at 240 frames a second
MAX_PIXELS = 4096 * 2304  # a frame; 4K has 3840x2160
MAX_FRAMES = 1800  # a job: more would keep the others in the queue waiting
MAX_TARGETS = 5
MAX_JOB_S = 600  # then a track ends with what it has
MAX_MODEL_MB = 2000  # weights from the Hub, where visitors are strangers
JOBS_AT_ONCE, CAMERAS_AT_ONCE = 2, 2
VISITS_KEPT = 100  # Gradio keeps 0.3 MB of each, and every call of a program is one
WAITING_PLACES = 16
KEEP_S, CLEAN_EVERY_S = 3600, 300
FETCH_S = 60
LEAST_FREE_MB = 500  # of the disk, when a file comes in
DISK_FULL = "The disk of this server is full; try again later."


def in_words() -> list[str]:
    """The limits as phrases for a visitor."""
    return [
        f"files up to {MAX_FILE_MB} MB",
        f"clips up to {MAX_SECONDS // 60} minutes",
        f"frames up to {MAX_PIXELS / 1e6:.1f} megapixels",
        f"{MAX_FRAMES} frames and {MAX_TARGETS} targets a track",
        f"{MAX_JOB_S // 60} minutes a track",
        f"{JOBS_AT_ONCE} tracks at a time, {WAITING_PLACES} more in the queue",
        f"{CAMERAS_AT_ONCE} webcams at a time",
        f"files are deleted after {(KEEP_S + CLEAN_EVERY_S) // 60} minutes",
    ]
