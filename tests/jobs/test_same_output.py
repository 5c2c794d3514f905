from workshop import Workshop

WHEN_TOLD = "touch up; while [ ! -e go ]; do sleep 0.02; done; rm up go; "


def test_a_job_that_wrote_what_the_head_has_by_now_ends_at_the_head(shop: Workshop):
    job = shop.start("sh", "-c", WHEN_TOLD + "echo 1 > out.txt")
    volume = shop.running(job)
    shop.write("out.txt", "1\n")
    head = shop.project.sync("the same").revision
    (volume / "go").touch()

    ended = shop.end(job)

    assert ended.output_revision == head
    assert ended.results == ("out.txt",)


def test_a_job_that_wrote_nothing_ends_where_it_began(shop: Workshop):
    job = shop.start("sh", "-c", WHEN_TOLD)
    volume = shop.running(job)
    shop.write("out.txt", "1\n")
    shop.project.sync("meanwhile")
    (volume / "go").touch()

    ended = shop.end(job)

    assert ended.output_revision == ended.input_revision
    assert ended.results == ()
