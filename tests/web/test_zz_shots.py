import pytest
from web.test_papers import *
from django.test import Client
import os
@pytest.mark.parametrize("n",[0])
def test_it(hothead, finished, library, client, n, reader, digest):
    from jobfit.typed_sittings import SAINT
    saint=begin_open(digest); walk(saint, library, reader, SAINT)
    out="/tmp/pdfwork/html"; os.makedirs(out,exist_ok=True)
    __import__("pathlib").Path(out+"/hot.html").write_bytes(client.get(reverse("report",args=(hothead.resume_token,))).content)
    __import__("pathlib").Path(out+"/saint.html").write_bytes(client.get(reverse("report",args=(saint.resume_token,))).content)
    sign_in(client,"harbour")
    __import__("pathlib").Path(out+"/hirer.html").write_bytes(client.get(reverse("candidate",args=(finished.sitting.key,))).content)
    __import__("pathlib").Path(out+"/own.html").write_bytes(Client().get(reverse("report",args=(finished.resume_token,))).content)
