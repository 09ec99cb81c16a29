"""A network on loopback: RouterOS concentrators and OLTs over one scripted state.

Real adapters talk to it over real sockets. It knows nothing of the rest of the product.

    with start_lab(speed=50) as lab:
        lab.client.set_fault("maria.gomes", "los")
        olt = lab.endpoints.device("olt-huawei")
"""

from kbwizard.lab.client import LabClient
from kbwizard.lab.endpoints import DeviceEndpoint, Endpoints, read_endpoints
from kbwizard.lab.plant import CUSTOMERS_FILE, PLANT_FILE
from kbwizard.lab.running import LabProcess, RunningLab, run_lab_process, start_lab

__all__ = [
    "CUSTOMERS_FILE",
    "PLANT_FILE",
    "DeviceEndpoint",
    "Endpoints",
    "LabClient",
    "LabProcess",
    "RunningLab",
    "read_endpoints",
    "run_lab_process",
    "start_lab",
]
