"""What the browser page has come to, as JavaScript that its tests wait for."""

COMPARED = "['agrees', 'differs'].includes(document.getElementById('parity').dataset.state)"
LOADED = "document.getElementById('loading').hidden && !document.getElementById('facts').textContent.includes('…')"
KEPT = "document.getElementById('offline').textContent.includes('without a network')"
