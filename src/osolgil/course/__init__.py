"""The lessons: data of their own, an assignment, and a checker that names a mistake and never tells the solution.

    from osolgil.course import check, data, lessons

`check` holds one function for each function of the assignment, `data` the tables that the lessons work on; `lessons`
lists the notebooks and copies one in one language, `pictures` letters what they draw.
"""
